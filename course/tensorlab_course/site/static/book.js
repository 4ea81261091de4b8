/* Tells the widgets' frames whether the page is dark, now and whenever the reader changes it. */

"use strict";

(() => {
  const page = document.documentElement;
  const isDark = () => page.dataset.theme === "dark";

  function tell() {
    document.body.dataset.jpThemeLight = String(!isDark());
    for (const frame of document.querySelectorAll("iframe.tensorlab")) {
      frame.contentWindow?.postMessage({ tensorlabDark: isDark() }, "*");
    }
  }

  document.addEventListener("DOMContentLoaded", tell);
  new MutationObserver(tell).observe(page, { attributeFilter: ["data-theme"] });
})();
