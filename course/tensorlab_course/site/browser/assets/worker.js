// The kernel's worker, but that Python starts at once and not when the notebook asks for it.
"use strict";

importScripts("start.js");
// Whoever waits for it later hears of a failure; nobody else has to.
self.tensorlab.start(new URL(".", self.location).href).catch(() => {});
importScripts(new URL(self.location).searchParams.get("kernel"));
