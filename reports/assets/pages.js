/* One script for every page. Without it the pages are whole: it adds the banner of age, and on the
   ranking page filters, sorting and the cards. Text only ever goes in as text, never as markup. */
(function () {
  "use strict";

  var SVG = "http://www.w3.org/2000/svg";

  function byId(id) { return document.getElementById(id); }

  /* Make an element; attributes by name, children are elements or text. */
  function make(name, attributes, children) {
    var svg = /^(svg|rect|line|path|circle|text|title|g)$/.test(name);
    var node = svg ? document.createElementNS(SVG, name) : document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      if (attributes[key] !== null && attributes[key] !== false) node.setAttribute(key, attributes[key]);
    });
    [].concat(children === undefined ? [] : children).forEach(function (child) {
      if (child !== null) node.append(child);
    });
    return node;
  }

  /* ---- age of the figures, by the reader's clock ---- */

  function warnWhenStale() {
    var root = document.documentElement.dataset, notice = byId("stale");
    if (!root.asAt || !notice) return;
    var parts = root.asAt.split("-").map(Number), now = new Date();
    var days = Math.round((Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) -
      Date.UTC(parts[0], parts[1] - 1, parts[2])) / 864e5);
    if (days > Number(root.maxAge)) {
      byId("stale-age").textContent = String(days);
      notice.hidden = false;
    }
  }

  /* On the index: each output has a day of its own after which it is out of date. */
  function markLateOutputs() {
    var now = new Date(), today = new Date(now.getTime() - now.getTimezoneOffset() * 6e4).toISOString().slice(0, 10);
    document.querySelectorAll("[data-stale-after]").forEach(function (item) {
      item.querySelector(".late").hidden = item.dataset.staleAfter >= today;
    });
  }

  function unfoldForPrint() {
    var opened = [];
    addEventListener("beforeprint", function () {
      opened = Array.from(document.querySelectorAll("details:not([open], .numbers, .asked)"));
      opened.forEach(function (node) { node.open = true; });
    });
    addEventListener("afterprint", function () {
      opened.forEach(function (node) { node.open = false; });
    });
  }

  /* ---- a card ---- */

  function termsTable(person, data) {
    var at = 0, low = 0, high = 0, spans = person.x.map(function (term) {
      var from = at;
      at += term[2];
      low = Math.min(low, at); high = Math.max(high, at);
      return [from, at];
    });
    var width = high - low || 1;
    function bar(from, to, style) {
      var x = (Math.min(from, to) - low) / width * 100, zero = -low / width * 100;
      return make("svg", { "class": "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, [
        make("rect", { "class": style, x: x, y: 1, width: Math.max(Math.abs(to - from) / width * 100, 0.4), height: 8 }),
        make("line", { "class": "zero", x1: zero, x2: zero, y1: 0, y2: 10 })
      ]);
    }
    var rows = person.x.map(function (term, i) {
      var style = term[3] ? "base" : term[2] < 0 ? "minus" : "plus";
      return make("tr", {}, [
        make("th", { scope: "row" }, data.texts[term[0]]),
        make("td", { "class": "bar-cell" }, bar(spans[i][0], spans[i][1], style)),
        make("td", { "class": "num" }, term[1])
      ]);
    });
    return make("table", { "class": "terms" }, [
      make("caption", {}, "What the score of " + person.z + " is made of"),
      make("thead", {}, make("tr", {}, [
        make("th", { scope: "col" }, "Part"),
        make("th", { scope: "col", "class": "bar-cell" }, "Adding up from left to right"),
        make("th", { scope: "col", "class": "num" }, "Adds")
      ])),
      make("tbody", {}, rows),
      make("tfoot", {}, make("tr", {}, [
        make("th", { scope: "row" }, "Score"),
        make("td", { "class": "bar-cell" }, bar(0, at, "all")),
        make("td", { "class": "num" }, person.z)
      ]))
    ]);
  }

  function historyFigure(person, data) {
    var ranks = person.h, known = [], W = 480, H = 150, L = 44, R = 48, T = 12, B = 24;
    ranks.forEach(function (rank, i) { if (rank !== null) known.push([i, rank]); });
    if (!known.length) return make("p", { "class": "nothing" }, "No earlier rank is held.");
    var worst = Math.max((data.topN || 1) * 2, 10, Math.max.apply(null, known.map(function (k) { return k[1]; })));
    /* Log scale: a move from 30 to 10 matters as much as one from 300 to 100. */
    function y(rank) { return T + (H - T - B) * Math.log(rank) / Math.log(worst * 1.05); }
    function x(i) { return L + (W - L - R) * (ranks.length > 1 ? i / (ranks.length - 1) : 1); }
    var path = "", last = -2;
    known.forEach(function (k) {
      path += (k[0] === last + 1 ? "L" : "M") + x(k[0]).toFixed(1) + " " + y(k[1]).toFixed(1);
      last = k[0];
    });
    var first = known[0], now = known[known.length - 1];
    var best = known.reduce(function (a, b) { return b[1] < a[1] ? b : a; });
    var words = "Rank at " + known.length + " of " + ranks.length + " dates: " + first[1] + " on " + data.dates[first[0]] +
      ", best " + best[1] + " on " + data.dates[best[0]] + ", last " + now[1] + " on " + data.dates[now[0]] + ".";
    var parts = [
      make("line", { "class": "zero", x1: L, x2: W - R, y1: H - B, y2: H - B }),
      make("text", { x: L - 6, y: T + 4, "text-anchor": "end" }, "1"),
      make("text", { x: L, y: H - 8 }, data.dates[0]),
      make("text", { x: W - R, y: H - 8, "text-anchor": "end" }, data.dates[data.dates.length - 1])
    ];
    if (data.topN) {
      parts.push(make("line", { "class": "top", x1: L, x2: W - R, y1: y(data.topN), y2: y(data.topN) }));
      parts.push(make("text", { x: L - 6, y: y(data.topN) + 4, "text-anchor": "end" }, "top " + data.topN));
    }
    parts.push(make("path", { d: path }));
    parts.push(make("circle", { cx: x(now[0]), cy: y(now[1]), r: 4 }));
    parts.push(make("text", { "class": "now", x: x(now[0]) + 8, y: y(now[1]) + 4 }, String(now[1])));
    return make("figure", {}, [
      make("figcaption", {}, "Rank at each date"),
      make("svg", { "class": "history", viewBox: "0 0 " + W + " " + H, role: "img", "aria-label": words }, parts),
      make("details", {}, [
        make("summary", {}, "The ranks as a table"),
        table("ranks", "Rank at each date", [["Date", ""], ["Rank", "num"]], known.map(function (k) {
          return [data.dates[k[0]], String(k[1])];
        }).reverse())
      ])
    ]);
  }

  function table(style, caption, heads, rows) {
    return make("table", { "class": "stack " + style }, [
      make("caption", {}, caption),
      make("thead", {}, make("tr", {}, heads.map(function (head) {
        return make("th", { scope: "col", "class": head[1] || null }, head[0]);
      }))),
      make("tbody", {}, rows.map(function (row) {
        return make("tr", {}, row.map(function (value, i) {
          var content = typeof value === "string" ? make("bdi", {}, value) : value;
          return make(i ? "td" : "th", { scope: i ? null : "row", "class": heads[i][1] || null, "data-label": heads[i][0] }, content);
        }));
      }))
    ]);
  }

  function offencesTable(person, data) {
    if (!person.o.length) return make("p", { "class": "nothing" }, "No offence is listed for this person.");
    var shown = person.o.length, caption = person.m
      ? "The " + shown + " weightiest offences; " + person.m + (person.m === 1 ? " other counts too" : " others count too")
      : (shown === 1 ? "The one offence that counts" : "All " + shown + " offences that count");
    var rows = person.o.map(function (o) {
      var flags = data.flags.filter(function (_, bit) { return o[6] >> bit & 1; });
      var basis = data.texts[o[10]];
      return [
        make("span", {}, [make("bdi", {}, data.texts[o[0]]), " ", make("small", { "class": "unit" }, data.texts[o[1]])]),
        o[2], o[3], data.texts[o[4]], data.texts[o[5]],
        flags.length ? flags.join(", ") : "none",
        make("span", {}, [o[7], basis === "placeholder" || basis === "gap" ? make("small", { "class": "unit" }, " " + basis) : null]),
        o[8], o[9]
      ];
    });
    return make("div", { "class": "scroll", role: "region", tabindex: "0", "aria-label": "Offences behind the score" },
      table("offences", caption, [["Offence", ""], ["Date", "nowrap"], ["Recorded", "nowrap"], ["Role", ""], ["Outcome", ""], ["Flags", ""],
        ["Harm, days", "num"], ["Harm, weighted days", "num"], ["Adds to score", "num"]], rows));
  }

  function promptsTable(person, data) {
    if (!person.k.length) return make("p", { "class": "nothing" }, "Nothing in the data asks for an agency by name.");
    return table("asks", "What each agency might add", [["Agency", ""], ["Ask", ""], ["Because", ""]], person.k.map(function (one) {
      return one.map(function (text) { return data.texts[text]; });
    }));
  }

  function makeCard(person, data, close) {
    var button = make("button", { type: "button", "class": "second close" }, "Close");
    button.addEventListener("click", close);
    var inputs = make("dl", { "class": "inputs" });
    data.inputs.forEach(function (label, i) {
      inputs.append(make("div", {}, [make("dt", {}, label), make("dd", {}, make("bdi", {}, person.i[i]))]));
    });
    return make("article", { "class": "card", "aria-labelledby": "t-" + person.a }, [
      make("header", {}, [
        make("h3", { id: "t-" + person.a }, [person.r + " \u00b7 ", make("bdi", {}, person.t), " \u00b7 ", make("bdi", {}, person.d)]),
        make("span", { "class": "move" }, person.v),
        button
      ]),
      make("p", { "class": "why" }, person.y ? [make("strong", {}, "Urgent: " + person.y + ". "), person.w] : person.w),
      make("div", { "class": "tags" }, person.g.map(function (text) {
        return make("span", { "class": text === "urgent" ? "tag urgent" : "tag" }, text);
      })),
      person.c ? make("p", { "class": "sum" }, person.c) : null,
      make("div", { "class": "cols" }, [
        person.x.length ? termsTable(person, data) : make("p", { "class": "nothing" }, "No explanation is held for this person."),
        historyFigure(person, data)
      ]),
      promptsTable(person, data),
      offencesTable(person, data),
      inputs,
      make("p", { "class": "note" }, "Suspected and charged are not convicted. The score is an indicator for professional judgement. It adopts nobody.")
    ]);
  }

  /* ---- the list ---- */

  function startList() {
    var source = byId("people-data"), body = document.querySelector("#list-table tbody");
    if (!source || !body) return;
    var data = JSON.parse(source.textContent), controls = byId("controls"), count = byId("count");
    var rows = Array.from(body.rows), order = rows.map(function (_, i) { return i; }), cards = {}, byAnchor = {};
    var fields = {
      q: byId("f-q"), status: byId("f-status"), division: byId("f-division"),
      custody: byId("f-custody"), isNew: byId("f-new"), urgent: byId("f-urgent"), meeting: byId("f-meeting"),
      offence: byId("f-offence")
    };

    function buttonOf(i) { return rows[i].querySelector("button.person"); }

    function close(i, refocus) {
      if (!cards[i] || !cards[i].isConnected) return;
      cards[i].remove();
      rows[i].classList.remove("open");
      buttonOf(i).setAttribute("aria-expanded", "false");
      if (refocus) buttonOf(i).focus();
    }

    function open(i) {
      if (!cards[i]) {
        cards[i] = make("tr", { "class": "card-row", id: "card-" + data.people[i].a }, make("td", { colspan: 10 },
          makeCard(data.people[i], data, function () { close(i, true); })));
        cards[i].addEventListener("keydown", function (event) { if (event.key === "Escape") close(i, true); });
      }
      rows[i].after(cards[i]);
      rows[i].classList.add("open");
      buttonOf(i).setAttribute("aria-expanded", "true");
    }

    function fold(text) { return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, ""); }

    function fits(person, wanted) {
      return wanted.q.every(function (word) { return person.folded.indexOf(word) >= 0; }) &&
        (!wanted.status || person.f[0] === wanted.status) && (!wanted.division || person.f[1] === wanted.division) &&
        (!wanted.custody || person.f[2] === wanted.custody) && (!wanted.isNew || person.n) && (!wanted.urgent || person.u) &&
        (!wanted.meeting || person.l) && (!wanted.offence || person.e);
    }

    function filter() {
      var wanted = {
        q: fold(fields.q.value).split(/[\s,]+/).filter(Boolean), status: fields.status.value, division: fields.division.value,
        custody: fields.custody.value, isNew: fields.isNew.checked, urgent: fields.urgent.checked,
        meeting: fields.meeting.checked, offence: fields.offence.checked
      };
      var shown = 0;
      data.people.forEach(function (person, i) {
        var fit = fits(person, wanted);
        shown += fit ? 1 : 0;
        rows[i].hidden = !fit;
        if (cards[i]) cards[i].hidden = !fit;
      });
      var said = [fields.q.value && "\u201c" + fields.q.value + "\u201d", wanted.status, wanted.division, wanted.custody,
        wanted.isNew && "new", wanted.urgent && "urgent", wanted.meeting && "on the meeting list", wanted.offence && "with a new offence"].filter(Boolean);
      count.textContent = shown === rows.length ? "All " + rows.length + " people are shown."
        : "Showing " + shown + " of " + rows.length + " people: " + said.join(", ") + ".";
      byId("none-found").hidden = shown > 0;
    }

    function compare(key, way) {
      return function (a, b) {
        var left = data.people[a].s[key], right = data.people[b].s[key];
        if (left === right) return a - b;
        if (left === null || right === null) return left === null ? 1 : -1;
        return (typeof left === "string" ? left.localeCompare(right, "en-GB") : left - right) * way || a - b;
      };
    }

    function sort(head) {
      var key = Number(head.dataset.key), was = head.getAttribute("aria-sort");
      var firstDown = key === 1 || key >= 7;
      var way = was ? (was === "ascending" ? -1 : 1) : (firstDown ? -1 : 1);
      document.querySelectorAll("#list-table thead th").forEach(function (th) { th.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
      order.sort(compare(key, way));
      var all = document.createDocumentFragment();
      order.forEach(function (i) {
        all.append(rows[i]);
        if (rows[i].classList.contains("open")) all.append(cards[i]);
      });
      body.append(all);
    }

    function step(i, by) {
      var at = order.indexOf(i);
      do { at += by; } while (order[at] !== undefined && rows[order[at]].hidden);
      if (order[at] !== undefined) buttonOf(order[at]).focus();
    }

    function goToHash() {
      var i = byAnchor[decodeURIComponent(location.hash.slice(1))];
      if (i === undefined) return;
      if (rows[i].hidden) { controls.reset(); filter(); }
      open(i);
      rows[i].scrollIntoView({ block: "start" });
      buttonOf(i).focus({ preventScroll: true });
    }

    data.people.forEach(function (person, i) {
      person.folded = fold(person.q);
      byAnchor[person.a] = i;
      var link = rows[i].querySelector("th a");
      var button = make("button", { type: "button", "class": "person", "aria-expanded": "false" }, Array.from(link.childNodes));
      button.addEventListener("click", function () { if (rows[i].classList.contains("open")) close(i); else open(i); });
      button.addEventListener("keydown", function (event) {
        if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); step(i, event.key === "ArrowDown" ? 1 : -1); }
        if (event.key === "Escape") close(i);
      });
      link.replaceWith(button);
    });
    document.querySelectorAll("#list-table thead th").forEach(function (head) {
      var words = Array.from(head.childNodes).map(function (node) { return node.cloneNode(true); });
      var button = make("button", { type: "button", "class": "sort" }, words);
      /* Chromium leaves buttons out of the headings that it repeats on printed pages: print has plain text. */
      head.replaceChildren(make("span", { "class": "printed" }, head.textContent), button);
      button.addEventListener("click", function () { sort(head); });
    });
    document.querySelector("#list-table thead th").setAttribute("aria-sort", "ascending");
    controls.addEventListener("input", filter);
    controls.addEventListener("submit", function (event) { event.preventDefault(); });
    controls.addEventListener("reset", function () { setTimeout(filter, 0); });
    byId("f-print").addEventListener("click", function () { print(); });
    fromAddress(fields, function (key) { sort(document.querySelector('#list-table th[data-key="' + key + '"]')); });
    controls.hidden = false;
    byId("hint").hidden = false;
    filter();
    addEventListener("hashchange", goToHash);
    goToHash();
  }

  /* A link may carry a filter: ranking.html?urgent=1&status=managed&sort=8. Names never go into an address. */
  function fromAddress(fields, sortBy) {
    var asked = new URLSearchParams(location.search);
    ["status", "division", "custody"].forEach(function (name) { if (asked.get(name)) fields[name].value = asked.get(name); });
    fields.isNew.checked = asked.get("new") === "1";
    fields.urgent.checked = asked.get("urgent") === "1";
    fields.meeting.checked = asked.get("meeting") === "1";
    fields.offence.checked = asked.get("offence") === "1";
    if (asked.get("q")) fields.q.value = asked.get("q");
    if (/^[0-9]$/.test(asked.get("sort") || "")) sortBy(asked.get("sort"));
  }

  warnWhenStale();
  markLateOutputs();
  unfoldForPrint();
  startList();
})();
