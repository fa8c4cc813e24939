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
