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
    return all(".text [data-at]").find((e) => {
      const [, first, last] = e.dataset.at.split(" ").map(Number);
      return first <= start && start < last;
    });
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
    rows.forEach((row) => heads.forEach((head, n) => n && (row.cells[n].dataset.by = head.dataset.by)));
    const words = new Map(rows.map((row) => [row, row.cells[0].querySelector("q").textContent]));
    let folded = rows.length > FIRST + SLACK;
    let turned = false;
    let sorted = false;
    const root = tools("matrix-tools", apply);

    function order(column, by) {
      if (column > 0) {
        const rank = (row) => RANK[row.cells[column].className || "silent"] * (turned ? -1 : 1);
        return (a, b) => rank(a) - rank(b);
      }
      if (by === "parted") return (a, b) => parted(b) - parted(a);
      return by === "words" ? (a, b) => words.get(a).localeCompare(words.get(b)) : null;
    }
    function fits(row, text, stances, by) {
      if (text && !words.get(row).toLocaleLowerCase().includes(text)) return false;
      const cells = [...row.cells].slice(1).filter((cell) => !by || cell.dataset.by === by);
      return !stances[0] || cells.some((cell) => stances.includes(cell.className || "silent"));
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

  // Two articles beside each other: paragraphs that tell the same matters stand in one row.
  const pair = tools("pair-tools", () => {
    const root = document.getElementById("articles");
    const chosen = ["one", "beside"].map((name) => value(pair, name));
    const [left, right] = chosen.map((by) => all("article.full", root).find((a) => a.dataset.account === by));
    const both = left && right && left !== right;
    root.classList.toggle("paired", Boolean(both));
    all("article.full", root).forEach((article) => {
      article.hidden = Boolean(both && article !== left && article !== right);
      all("header, .text > *", article).forEach((e) => {
        e.style.gridArea = "";
        e.classList.remove("beside");
      });
    });
    if (both) lay(left, right);
    pair.querySelector("output").textContent = left && left === right ? "choose two different accounts" : "";
    note({ one: chosen[0], beside: chosen[1] });
  });
  function lay(left, right) {
    const parts = [left, right].map((article) => all(".text > *", article));
    const place = (e, row, column) => (e.style.gridArea = `${row} / ${column}`);
    [left, right].forEach((article, n) => place(article.querySelector("header"), 4, n + 1));
    let [row, i, j] = [5, 0, 0];
    for (const [a, b] of [...aligned(...parts), [parts[0].length, parts[1].length]]) {
      const between = Math.max(a - i, b - j);
      for (let n = 0; n < between; n++) {
        if (i + n < a) place(parts[0][i + n], row + n, 1);
        if (j + n < b) place(parts[1][j + n], row + n, 2);
      }
      row += between;
      [[parts[0][a], 1], [parts[1][b], 2]].forEach(([e, column]) => {
        if (!e) return;
        place(e, row, column);
        e.classList.add("beside");
      });
      [row, i, j] = [row + 1, a + 1, b + 1];
    }
  }
  // The pairs of paragraphs, in the order of both articles, that have most matters in common.
  function aligned(left, right) {
    const matters = (e) => (e.dataset.points ? e.dataset.points.split(" ") : []);
    const theirs = right.map((e) => new Set(matters(e)));
    const best = Array.from({ length: left.length + 1 }, () => new Float64Array(right.length + 1));
    const common = left.map((e) => theirs.map((set) => matters(e).filter((m) => set.has(m)).length));
    for (let i = left.length - 1; i >= 0; i--)
      for (let j = right.length - 1; j >= 0; j--)
        best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], common[i][j] && common[i][j] + best[i + 1][j + 1]);
    const found = [];
    for (let i = 0, j = 0; i < left.length && j < right.length; ) {
      if (common[i][j] && best[i][j] === common[i][j] + best[i + 1][j + 1]) found.push([i++, j++]);
      else if (best[i][j] === best[i + 1][j]) i++;
      else j++;
    }
    return found;
  }

  const print = document.getElementById("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  // The name of a finding's kind is the link to it: following it also copies the address.
  all(".what :is(h3, h4) a").forEach((link) => {
    link.title = "Copy the link to this difference";
    link.addEventListener("click", () => {
      const said = document.createElement("span");
      said.className = "own copied";
      said.setAttribute("role", "status");
      if (navigator.clipboard) navigator.clipboard.writeText(link.href).then(() => (said.textContent = "link copied"));
      link.parentElement.after(said);
      setTimeout(() => said.remove(), 2500);
    });
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
  if (pair) recall(pair, { one: "one", beside: "beside" });
  arrive();
})();
