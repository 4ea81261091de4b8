// The bundler takes a style sheet that a widget imports into the widget's own.
declare module "*.css";
