// Everything can be read without this. It opens what a link leads into, and sorts, filters and folds.
(function () {
  "use strict";
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const named = (root, name) => root.querySelector(`[name="${name}"]`);
  const value = (root, name) => (named(root, name) || { value: "" }).value;

  // An element that a fragment names; for a passage without an anchor of its own, the paragraph that it begins in.
  function place(fragment) {
    const exact = fragment && document.getElementById(fragment);
    const offsets = /^a-(\d+)-\d+$/.exec(fragment);
    if (exact || !offsets) return exact;
    const start = Number(offsets[1]);
    const holds = (e) => Number(e.dataset.start) <= start && start < Number(e.dataset.end);
    return all(".text [data-start]").find(holds);
  }
  function arrive() {
    const fragment = decodeURIComponent(location.hash.slice(1));
    const at = place(fragment);
    all(".arrived").forEach((e) => e.classList.remove("arrived"));
    if (!at) return;
    if (at.id !== fragment) at.classList.add("arrived");
    if (at.closest("[hidden]")) resets.forEach((reset) => reset());
    for (let node = at.parentElement; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    at.scrollIntoView();
  }
  const resets = [];
  addEventListener("hashchange", arrive);
  addEventListener("beforeprint", () => all("details").forEach((d) => (d.open = true)));

  // A group of controls: `apply` runs on every change, `reset` brings everything back.
  function tools(id, apply) {
    const root = document.getElementById(id);
    if (!root) return null;
    root.hidden = false;
    root.addEventListener("input", apply);
    resets.push(() => {
      all("select, input", root).forEach((control) => (control.value = ""));
      apply();
    });
    return root;
  }

  const table = document.querySelector("table.matrix");
  if (table) matrix(table);
  function matrix(table) {
    const FIRST = 25;
    const SLACK = 10;
    const RANK = { denies: 0, differs: 1, says: 2, silent: 3 };
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    const more = document.getElementById("matrix-more");
    const parted = (row) => all("td.differs, td.denies", row).length;
    const words = new Map(rows.map((row) => [row, row.cells[0].querySelector("q").textContent]));
    let folded = rows.length > FIRST + SLACK;
    let turned = false;
    let sorted = false;
    const root = tools("matrix-tools", apply);

    function order(column, by) {
      if (column > 0) {
        const rank = (row) => RANK[row.cells[column].className] * (turned ? -1 : 1);
        return (a, b) => rank(a) - rank(b);
      }
      if (by === "parted") return (a, b) => parted(b) - parted(a);
      return by === "words" ? (a, b) => words.get(a).localeCompare(words.get(b)) : null;
    }
    function fits(row, text, stances, by) {
      if (text && !words.get(row).toLocaleLowerCase().includes(text)) return false;
      const cells = [...row.cells].slice(1).filter((cell) => !by || cell.dataset.by === by);
      return !stances[0] || cells.some((cell) => stances.includes(cell.className));
    }
    function apply() {
      const by = value(root, "order");
      const column = heads.findIndex((head) => by && head.dataset.by === by);
      if (column < 0) turned = false;
      heads.forEach((head, n) => {
        if (n) head.setAttribute("aria-sort", n !== column ? "none" : turned ? "descending" : "ascending");
      });
      const compare = order(column, by);
      if (compare || sorted) body.append(...(compare ? [...rows].sort(compare) : rows));
      sorted = Boolean(compare);
      const text = value(root, "words").trim().toLocaleLowerCase();
      const stances = value(root, "stance").split(" ");
      const found = [...body.rows].filter((row) => {
        row.hidden = !fits(row, text, stances, value(root, "by"));
        return !row.hidden;
      });
      const rest = folded && !text && !stances[0] ? found.slice(FIRST) : [];
      rest.forEach((row) => (row.hidden = true));
      more.hidden = !rest.length;
      more.textContent = `Show all ${rows.length} points`;
      root.querySelector("output").textContent = found.length < rows.length ? `${found.length} of ${rows.length}` : "";
    }
    heads.slice(1).forEach((head) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const again = value(root, "order") === head.dataset.by;
        named(root, "order").value = again && turned ? "" : head.dataset.by;
        turned = again && !turned;
        apply();
      });
    });
    named(root, "order").addEventListener("input", () => (turned = false));
    const unfold = () => {
      folded = false;
      apply();
    };
    resets.push(unfold);
    addEventListener("beforeprint", unfold);
    more.addEventListener("click", () => {
      unfold();
      all("a", rows[FIRST])[0].focus();
    });
    const copies = named(root, "copies");
    if (copies) copies.addEventListener("click", () => {
      const on = copies.getAttribute("aria-pressed") !== "true";
      copies.setAttribute("aria-pressed", String(on));
      heads.forEach((head, n) => {
        if (head.className === "copy") [head, ...rows.map((row) => row.cells[n])].forEach((cell) => (cell.hidden = on));
      });
    });
    apply();
  }

  const findings = tools("finding-tools", () => {
    const kind = value(findings, "kind");
    const by = value(findings, "by");
    const has = (words, word) => !word || words.split(" ").includes(word);
    let count = 0;
    all("#findings .dispute").forEach((dispute) => {
      const whole = dispute.closest(".group").dataset.kind === kind;
      const shown = all(".finding", dispute).filter((f) => {
        f.hidden = !(whole || has(f.dataset.kind, kind)) || !has(f.dataset.by, by);
        return !f.hidden;
      });
      dispute.hidden = !shown.length;
      count += shown.length;
    });
    all("#findings .group").forEach((group) => (group.hidden = !group.querySelector(".dispute:not([hidden])")));
    if (kind || by) all("#findings .rest").forEach((d) => (d.open = true));
    findings.querySelector("output").textContent = kind || by ? (count ? `${count} shown` : "none") : "";
    note({ differ: kind, of: by });
  });

  // What is chosen stands in the address, so that a link leads to what its sender sees.
  function note(chosen) {
    const query = new URLSearchParams(location.search);
    for (const [name, word] of Object.entries(chosen)) word ? query.set(name, word) : query.delete(name);
    const asked = query.size ? `?${query}` : "";
    if (asked !== location.search) history.replaceState(null, "", location.pathname + asked + location.hash);
  }
  function recall(root, names) {
    const query = new URLSearchParams(location.search);
    for (const [name, parameter] of Object.entries(names)) {
      const control = named(root, name);
      const word = query.get(parameter);
      if (control && word && all("option", control).some((o) => o.value === word)) control.value = word;
    }
    root.dispatchEvent(new Event("input"));
  }
  if (findings) recall(findings, { kind: "differ", by: "of" });
  arrive();
})();
