"""What `tensorlab lab` does: the lessons in a student's folder, and JupyterLab on them."""
