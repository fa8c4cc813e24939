(function () {
  "use strict";
  var all = function (query, root) { return Array.prototype.slice.call((root || document).querySelectorAll(query)); };
  function unfold() {
    var id = location.hash.slice(1);
    var at = id && document.getElementById(id);
    if (!at) return;
    for (var node = at.parentElement; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    at.scrollIntoView();
  }
  addEventListener("hashchange", unfold);
  unfold();
  addEventListener("beforeprint", function () { all("details").forEach(function (d) { d.open = true; }); });

  var kinds = document.getElementById("kinds");
  if (kinds && all("option", kinds).length > 2) {
    kinds.hidden = false;
    kinds.addEventListener("change", function (event) {
      var wanted = event.target.value;
      all("#findings .dispute").forEach(function (dispute) {
        var shown = all(".finding", dispute).filter(function (f) {
          f.hidden = Boolean(wanted) && f.dataset.kind.split(" ").indexOf(wanted) < 0;
          return !f.hidden;
        });
        dispute.hidden = !shown.length;
      });
      if (wanted) all("#findings > details").forEach(function (d) { d.open = true; });
    });
  }
  var tools = document.getElementById("matrix-tools");
  if (tools && document.querySelector("tr.contested")) {
    tools.hidden = false;
    tools.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      var on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      document.getElementById("matrix").classList.toggle("only-contested", on);
    });
  }
})();
