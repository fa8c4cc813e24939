(function () {
  "use strict";
  // How often a list looks whether there is more of it, and a page whether its comparison is there (milliseconds).
  var LOOK = 30000, ASK = 1500;

  var news = document.getElementById("news");
  if (news) {
    var known = new Set(news.dataset.known.split(" "));
    var title = document.title, tag = null;
    var tell = function (stories) {
      var fresh = stories.filter(function (story) { return !known.has([story.id, story.changed, story.articles].join("@")); }).length;
      if (!fresh) return;
      var words = fresh + (fresh === 1 ? " new or changed story" : " new or changed stories");
      document.title = "(" + fresh + ") " + title;
      if (news.textContent === words) return;
      var link = document.createElement("a");
      link.href = location.href;
      link.textContent = words;
      link.addEventListener("click", function (event) { event.preventDefault(); location.reload(); });
      news.replaceChildren(link);
    };
    var look = function () {
      if (document.hidden) return;
      var headers = { Accept: "application/json" };
      if (tag) headers["If-None-Match"] = tag;
      fetch(news.dataset.address, { headers: headers, cache: "no-store" }).then(function (answer) {
        if (answer.status !== 200) return;
        tag = answer.headers.get("ETag");
        return answer.json().then(function (page) { tell(page.items); });
      }).catch(function () { /* the server is away; it may be back the next time */ });
    };
    setInterval(look, LOOK);
    document.addEventListener("visibilitychange", look);
  }

  // Reports to be compared: what the bookmark brings is remembered here until the list is emptied.
  var paste = document.getElementById("paste");
  if (paste) {
    var KEPT = "rashomon.reports";
    var fields = Array.prototype.slice.call(paste.querySelectorAll("textarea"));
    var more = document.getElementById("add-report"), forget = document.getElementById("forget-reports");
    var filled = function () { return fields.filter(function (f) { return f.value.trim(); }); };
    var remember = function () {
      var lines = filled().map(function (f) { return f.value.trim(); }).filter(function (t) { return /^https?:\/\/\S+$/i.test(t); });
      localStorage.setItem(KEPT, JSON.stringify(lines));
    };
    var known = JSON.parse(localStorage.getItem(KEPT) || "[]");
    known.forEach(function (line) {
      var empty = fields.find(function (f) { return !f.value.trim(); });
      if (empty && !filled().some(function (f) { return f.value.trim() === line; })) empty.value = line;
    });
    remember();
    var shown = function (count) {
      fields.forEach(function (f, n) { f.closest("fieldset").hidden = n >= count; });
      more.hidden = count >= fields.length;
    };
    var count = Math.max(2, filled().length + 1);
    shown(count);
    forget.hidden = false;
    more.addEventListener("click", function () { shown(++count); fields[count - 1].focus(); });
    forget.addEventListener("click", function () {
      fields.forEach(function (f) { f.value = ""; });
      remember();
      location.href = location.pathname;
    });
    paste.addEventListener("change", remember);
  }

  if (document.querySelector("[data-working]")) {
    var ask = function () {
      fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" }).then(function (answer) {
        if (answer.status !== 202) return location.reload();
        return answer.text().then(function (text) {
          var now = new DOMParser().parseFromString(text, "text/html").getElementById("progress");
          var shown = document.getElementById("progress");
          if (now && now.textContent !== shown.textContent) shown.textContent = now.textContent;
          setTimeout(ask, ASK);
        });
      }).catch(function () { setTimeout(ask, ASK * 4); });
    };
    setTimeout(ask, ASK);
  }
})();
