/* Tells the widgets' frames whether the page is dark, prints it light, and names some buttons. */

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

  let before = "";
  addEventListener("beforeprint", () => {
    before = page.dataset.theme;
    page.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    page.dataset.theme = before;
  });

  function name() {
    // What it shows names it: "Search", and the keys.
    document.querySelector(".search-button-field")?.removeAttribute("aria-label");
    for (const toggle of document.querySelectorAll(".bd-sidebar summary")) {
      const link = toggle.closest("li")?.querySelector("a");
      toggle.setAttribute("aria-label", `Pages of ${link?.textContent.trim() ?? "this"}`);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    tell();
    name();
    new MutationObserver(tell).observe(page, { attributeFilter: ["data-theme"] });
  });
})();
