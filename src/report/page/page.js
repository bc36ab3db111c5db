"use strict";
// Draws what the page's own data says. All text is set as text, so that nothing from a repository becomes markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const PAGE = 100;
  const TOP = 10;
  const SEVERITIES = ["critical", "high", "medium", "low"];
  const STATUSES = ["blocks", "below the line", "suppressed"];
  const byId = (id) => document.getElementById(id);

  const make = (tag, properties, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name in element) element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };

  const findings = data.findings.map((finding, number) => {
    const rule = data.rules[finding.rule];
    const commit = finding.commit === null ? null : data.commits[finding.commit];
    const status = finding.by ? "suppressed" : finding.blocks ? "blocks" : "below the line";
    const place = finding.line ? `${finding.path}:${finding.line}:${finding.column}` : finding.path;
    const rank = SEVERITIES.indexOf(finding.severity) * STATUSES.length + STATUSES.indexOf(status);
    return Object.assign(finding, { number, rule, commit, status, place, rank,
      author: commit ? commit.author : "", month: commit ? commit.date.slice(0, 7) : "" });
  });

  // Put together when somebody first looks for words: a page of thousands opens sooner without them.
  const wordsOf = (finding) => {
    if (finding.words === undefined) {
      const { rule, commit } = finding;
      const who = commit ? `${commit.id} ${commit.author} ${commit.date} ${commit.subject}` : "";
      finding.words = `${rule.id} ${rule.title} ${finding.place} ${finding.text.join("")} ${who} ${finding.why || ""}`.toLowerCase();
    }
    return finding.words;
  };

  const PICKS = {
    status: (finding) => finding.status,
    severity: (finding) => finding.severity,
    rule: (finding) => finding.rule.id,
    author: (finding) => finding.author,
    month: (finding) => finding.month,
  };
  const text = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const COLUMNS = [
    ["Severity", (a, b) => a.rank - b.rank],
    ["Rule", (a, b) => text(a.rule.title, b.rule.title)],
    ["Place", (a, b) => text(a.path, b.path) || a.line - b.line || a.column - b.column],
    ["Masked line", (a, b) => text(a.text.join(""), b.text.join(""))],
    ["Commit", (a, b) => text(a.commit ? a.commit.date : "", b.commit ? b.commit.date : "")],
    ["Status", (a, b) => text(a.status, b.status)],
  ];
  const chosen = { text: "", status: "", severity: "", rule: "", author: "", month: "" };
  const sort = { column: 0, descending: false };
  let page = 0;
  let shown = [];

  const count = (list, pick) => {
    const counts = new Map();
    for (const finding of list) counts.set(pick(finding), (counts.get(pick(finding)) || 0) + 1);
    return [...counts];
  };

  const fillSelects = () => {
    for (const [name, pick] of Object.entries(PICKS)) {
      const counts = count(findings, pick).filter(([value]) => value !== "");
      counts.sort(name === "severity" ? (a, b) => SEVERITIES.indexOf(a[0]) - SEVERITIES.indexOf(b[0])
        : (a, b) => text(a[0], b[0]));
      byId(name).replaceChildren(make("option", { value: "" }, "all"),
        ...counts.map(([value, n]) => make("option", { value }, `${value} (${n})`)));
    }
    document.body.classList.toggle("without-commits", !data.commits.length);
  };

  const overview = () => {
    const open = findings.filter((finding) => finding.status !== "suppressed");
    const parts = [["severity", "By severity"], ["rule", "By rule"]];
    if (data.commits.length) parts.push(["author", "By author"], ["month", "By month"]);
    byId("overview").replaceChildren(...parts.map(([name, title]) => {
      const counts = count(open, PICKS[name]).filter(([value]) => value !== "");
      const most = Math.max(1, ...counts.map(([, n]) => n));
      if (name === "severity") counts.sort((a, b) => SEVERITIES.indexOf(a[0]) - SEVERITIES.indexOf(b[0]));
      else if (name === "month") counts.sort((a, b) => text(b[0], a[0]));
      else counts.sort((a, b) => b[1] - a[1] || text(a[0], b[0]));
      const items = counts.slice(0, TOP).map(([value, n]) => {
        const bar = make("span", { className: "bar", "aria-hidden": "true" });
        bar.style.width = `${(100 * n) / most}%`;
        const label = name === "rule" ? data.rules.find((rule) => rule.id === value).title : value;
        const button = make("button", { type: "button", "aria-pressed": String(chosen[name] === value) },
          make("span", {}, label), make("span", {}, String(n)), bar);
        button.addEventListener("click", () => choose(name, chosen[name] === value ? "" : value));
        return make("li", {}, button);
      });
      const list = items.length ? make("ul", {}, ...items) : make("p", {}, "none");
      const more = counts.length - items.length;
      return make("div", {}, make("h3", {}, title), list, ...(more > 0 ? [make("small", {}, `and ${more} more`)] : []));
    }));
  };

  const commitCell = (commit) => {
    if (!commit) return make("td", { className: "of-commits" });
    return make("td", { className: "of-commits" }, make("code", { title: commit.id }, commit.id.slice(0, 10)), ` ${commit.author}`,
      make("small", {}, `${commit.date.slice(0, 10)} ${commit.subject}`));
  };

  const row = (finding) => {
    const [before, value, after] = finding.text;
    const rule = make("td", { className: "rule" }, finding.rule.title, make("small", {}, finding.rule.id));
    if (finding.rule.rotate) {
      rule.append(make("a", { href: finding.rule.rotate, rel: "noreferrer noopener" }, "where to revoke it"));
    }
    const about = [finding.proof, finding.note, finding.via].filter(Boolean).map((words) => make("small", {}, words));
    return make("tr", {},
      make("td", { className: finding.severity }, finding.severity), rule,
      make("td", { className: "place" }, make("code", {}, finding.place)),
      make("td", { className: "line" }, make("code", {}, before, make("mark", {}, value), after), ...about),
      commitCell(finding.commit),
      make("td", {}, finding.status, ...(finding.why ? [make("small", {}, finding.why)] : [])));
  };

  const draw = () => {
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    page = Math.min(page, pages - 1);
    byId("rows").replaceChildren(...shown.slice(page * PAGE, (page + 1) * PAGE).map(row));
    byId("count").textContent = `${shown.length.toLocaleString("en")} of ${findings.length.toLocaleString("en")} findings`;
    byId("page").textContent = `page ${page + 1} of ${pages}`;
    byId("previous").disabled = page === 0;
    byId("next").disabled = page === pages - 1;
    byId("heads").querySelectorAll("th").forEach((head, column) => {
      const order = sort.descending ? "descending" : "ascending";
      head.setAttribute("aria-sort", column === sort.column ? order : "none");
      head.lastChild.lastChild.textContent = column !== sort.column ? "" : sort.descending ? " \u25bc" : " \u25b2";
    });
  };

  const update = () => {
    const words = chosen.text.toLowerCase().split(/\s+/).filter(Boolean);
    const picks = Object.entries(PICKS).filter(([name]) => chosen[name] !== "");
    shown = findings.filter((finding) => picks.every(([name, pick]) => pick(finding) === chosen[name])
      && words.every((word) => wordsOf(finding).includes(word)));
    const [, compare] = COLUMNS[sort.column];
    const turn = sort.descending ? -1 : 1;
    shown.sort((a, b) => turn * compare(a, b) || a.number - b.number);
    draw();
  };

  const choose = (name, value) => {
    chosen[name] = value;
    byId(name).value = value;
    page = 0;
    update();
    const focused = document.activeElement;
    const place = [...document.querySelectorAll("#overview button")].indexOf(focused);
    overview();
    if (place >= 0) document.querySelectorAll("#overview button")[place].focus();
  };

  const heads = () => byId("heads").append(...COLUMNS.map(([title], column) => {
    const button = make("button", { type: "button" }, title, make("span", { "aria-hidden": "true" }));
    button.addEventListener("click", () => {
      sort.descending = sort.column === column && !sort.descending;
      sort.column = column;
      page = 0;
      update();
    });
    return make("th", { scope: "col", className: title === "Commit" ? "of-commits" : "" }, button);
  }));

  const list = (id, items, none) => byId(id).replaceChildren(items.length
    ? make("ul", {}, ...items.slice(0, 1000).map((item) => make("li", {}, make("code", {}, item))),
      ...(items.length > 1000 ? [make("li", {}, `and ${items.length - 1000} more`)] : []))
    : make("p", {}, none));

  const suppressed = () => {
    const counts = count(findings.filter((finding) => finding.by), (finding) => finding.why);
    counts.sort((a, b) => b[1] - a[1] || text(a[0], b[0]));
    if (!counts.length) return list("suppressed", [], "Nothing.");
    const button = make("button", { type: "button" }, "Show them in the table");
    button.addEventListener("click", () => { choose("status", "suppressed"); byId("findings").focus(); });
    byId("suppressed").replaceChildren(
      make("ul", {}, ...counts.slice(0, 1000).map(([why, n]) => make("li", {}, `${n}: ${why}`))), button);
  };

  fillSelects();
  heads();
  overview();
  suppressed();
  list("skipped", data.skipped, "Nothing that was asked for was left out.");
  list("notes", data.notes, "");
  byId("notes-section").hidden = !data.notes.length;
  for (const name of Object.keys(PICKS)) byId(name).addEventListener("change", () => choose(name, byId(name).value));
  byId("text").addEventListener("input", () => { chosen.text = byId("text").value; page = 0; update(); });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", () => setTimeout(() => {
    for (const name of Object.keys(chosen)) chosen[name] = "";
    page = 0;
    overview();
    update();
  }));
  byId("previous").addEventListener("click", () => { page -= 1; draw(); });
  byId("next").addEventListener("click", () => { page += 1; draw(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      byId("text").focus();
    }
  });
  update();
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})();
