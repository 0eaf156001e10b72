// What the pages do besides links and forms. Nothing here makes HTML out of
// text, and every page can be read without it.
(function () {
  'use strict';
  var root = document.documentElement;

  // The link that MLflow's client prints for a run.
  var elsewhere = /^#\/experiments\/[^/]+\/runs\/([^/?]+)/.exec(location.hash);
  if (elsewhere) location.replace('/runs/' + elsewhere[1]);

  // Times in the reader's zone, with the whole stamp on hover.
  function times(within) {
    var day = new Date().toDateString();
    within.querySelectorAll('time[datetime]').forEach(function (t) {
      var d = new Date(t.getAttribute('datetime'));
      if (isNaN(d) || t.dataset.done) return;
      t.dataset.done = '1';
      var two = function (n) { return String(n).padStart(2, '0'); };
      var clock = two(d.getHours()) + ':' + two(d.getMinutes());
      t.textContent = d.toDateString() === day ? 'today ' + clock :
        d.getFullYear() + '-' + two(d.getMonth() + 1) + '-' + two(d.getDate()) + ' ' + clock;
      t.title = d.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' }) + '\n' + t.getAttribute('datetime');
    });
  }

  // The colours: as the system has them, light, dark.
  var scheme = document.getElementById('scheme');
  var faces = { '': ['◐', 'as the system has them'], light: ['☀', 'light'], dark: ['☾', 'dark'] };
  function face() {
    var f = faces[root.dataset.scheme || ''];
    scheme.textContent = f[0];
    scheme.title = 'Colours: ' + f[1];
    scheme.setAttribute('aria-label', scheme.title);
  }
  scheme.addEventListener('click', function () {
    var order = ['', 'light', 'dark'], next = order[(order.indexOf(root.dataset.scheme || '') + 1) % 3];
    if (next) root.dataset.scheme = next; else delete root.dataset.scheme;
    try { if (next) localStorage.setItem('cellar-scheme', next); else localStorage.removeItem('cellar-scheme'); } catch (e) { /* not kept */ }
    face();
    document.dispatchEvent(new CustomEvent('cellar:scheme'));
  });
  face();

  // Which runs are selected, across pages of a table.
  var KEY = 'cellar-selected';
  var chosen = new Map();
  try { chosen = new Map(JSON.parse(sessionStorage.getItem(KEY) || '[]')); } catch (e) { /* none */ }
  function boxes() { return Array.from(document.querySelectorAll('#runs input[name=run]')); }
  function selection() {
    var all = boxes();
    all.forEach(function (b) {
      b.checked = chosen.has(b.value);
      b.closest('tr').classList.toggle('on', b.checked);
    });
    var top = document.getElementById('pick-all');
    if (top) {
      top.checked = all.length > 0 && all.every(function (b) { return b.checked; });
      top.indeterminate = !top.checked && all.some(function (b) { return b.checked; });
    }
    var bar = document.getElementById('selection');
    if (!bar) return;
    bar.hidden = chosen.size === 0;
    var said = chosen.size === 1 ? '1 run selected' : chosen.size + ' runs selected';
    var out = document.getElementById('selected');
    if (out.textContent !== said) out.textContent = said;
    out.title = Array.from(chosen.values()).join('\n');
    try { sessionStorage.setItem(KEY, JSON.stringify(Array.from(chosen))); } catch (e) { /* not kept */ }
  }
  function pick(box, on) { if (on) chosen.set(box.value, box.dataset.name); else chosen.delete(box.value); }
  var lastPicked = null;
  document.addEventListener('click', function (e) {
    var t = e.target;
    if (t.id === 'unselect') { chosen.clear(); selection(); return; }
    if (t.id === 'pick-all') { boxes().forEach(function (b) { pick(b, t.checked); }); selection(); return; }
    if (t.matches && t.matches('#runs input[name=run]')) {
      var all = boxes(), from = all.indexOf(lastPicked), to = all.indexOf(t);
      if (e.shiftKey && from >= 0) all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (b) { pick(b, t.checked); });
      pick(t, t.checked);
      lastPicked = t;
      selection();
    }
    var open = document.querySelector('details.menu[open]');
    if (open && !open.contains(t)) open.open = false;
  });
  document.addEventListener('submit', function (e) {
    if (e.target.id !== 'chosen') return;
    var by = e.submitter;
    if (by && by.formMethod === 'post') { // delete, restore: those of other pages too
      chosen.forEach(function (name, id) {
        if (boxes().some(function (b) { return b.value === id; })) return;
        var more = document.createElement('input');
        more.type = 'hidden';
        more.name = 'run';
        more.value = id;
        e.target.appendChild(more);
      });
      chosen.clear();
      try { sessionStorage.removeItem(KEY); } catch (err) { /* none */ }
      return;
    }
    e.preventDefault();
    location.href = '/compare?' + Array.from(chosen.keys()).map(function (id) { return 'run=' + encodeURIComponent(id); }).join('&');
  });

  // Finding a column among many.
  document.addEventListener('input', function (e) {
    var what = e.target.dataset && e.target.dataset.narrow;
    if (!what) return;
    var text = e.target.value.toLowerCase();
    document.querySelectorAll(what).forEach(function (row) { row.hidden = row.textContent.toLowerCase().indexOf(text) < 0; });
  });

  // The keys: / goes to the filter, arrows move through a table's links.
  document.addEventListener('keydown', function (e) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && e.target.type !== 'checkbox';
    if (e.key === 'Escape') {
      var open = document.querySelector('details.menu[open]');
      if (open) { open.open = false; open.querySelector('summary').focus(); }
      return;
    }
    if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === '/') {
      var filter = document.getElementById('filter') || document.querySelector('.narrow');
      if (filter) { e.preventDefault(); filter.focus(); filter.select(); }
      return;
    }
    var by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[e.key];
    var row = e.target.closest && e.target.closest('tbody tr');
    if (!by || !row) return;
    var all = Array.from(row.parentNode.querySelectorAll('tr:not([hidden])')), next = all[all.indexOf(row) + by];
    var at = next && next.querySelector(e.target.type === 'checkbox' ? 'input[type=checkbox]' : 'a, input');
    if (at) { e.preventDefault(); at.focus(); }
  });

  // A filter that is wrong: the cursor stands where it is.
  function wrong() {
    var w = document.querySelector('.wrong[data-column]'), filter = document.getElementById('filter');
    if (!filter) return;
    filter.setAttribute('aria-invalid', w ? 'true' : 'false');
    if (!w || document.activeElement !== filter) return;
    var at = Math.min(+w.dataset.column, filter.value.length);
    filter.setSelectionRange(at, Math.min(at + 1, filter.value.length));
  }

  // Live pages. Only a page that is seen listens: a browser gives a server six
  // connections, however many tabs there are.
  var source = null, version = null;
  function listen() {
    var at = document.querySelector('[data-live]');
    if (source) { source.close(); source = null; }
    if (!at || !at.dataset.live || document.hidden) return;
    source = new EventSource(at.dataset.live);
    source.onmessage = function (e) {
      var now = JSON.parse(e.data);
      if (now.ended) { source.close(); source = null; }
      if (now.version === version) return;
      version = now.version;
      refresh();
    };
  }
  var busy = false, again = false;
  function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    var at = document.querySelector('[data-live]');
    fetch(at && at.dataset.href || location.href, { headers: { Accept: 'text/html' } }).then(function (r) {
      if (!r.ok) throw new Error(r.statusText);
      return r.text();
    }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, 'text/html');
      times(fresh);
      var now = document.querySelector('[data-live]'), next = fresh.querySelector('[data-live]');
      if (now && next) patch(now, next);
      selection();
      document.dispatchEvent(new CustomEvent('cellar:fresh', { detail: 'changed' }));
    }).catch(function () { /* the next change tries again */ }).then(function () {
      busy = false;
      if (again) { again = false; refresh(); }
    });
  }

  // patch gives what has an id and data-part, and the rows of tables, their new
  // content; what is the same is left alone, so that nothing flickers and the
  // focus and the selection stay.
  function patch(now, next) {
    for (var i = 0; i < next.attributes.length; i++) {
      var a = next.attributes[i];
      if (a.name.indexOf('data-') === 0) now.setAttribute(a.name, a.value);
    }
    next.querySelectorAll('[data-part]').forEach(function (part) {
      var old = document.getElementById(part.id);
      if (old && old.innerHTML !== part.innerHTML) old.replaceWith(document.adoptNode(part));
    });
    var body = now.querySelector('#runs tbody'), fresh = next.querySelector('#runs tbody');
    if (!body !== !fresh || body && next.querySelectorAll('#runs thead th').length !== now.querySelectorAll('#runs thead th').length) {
      now.replaceChildren.apply(now, Array.from(next.childNodes));
      if (window.htmx) htmx.process(now);
      return;
    }
    if (body) rows(body, fresh);
  }
  function rows(body, fresh) {
    var place = body.firstElementChild;
    Array.from(fresh.children).forEach(function (row) {
      var old = document.getElementById(row.id);
      if (!old) {
        row.classList.add('new');
        body.insertBefore(document.adoptNode(row), place);
        return;
      }
      if (old !== place) body.insertBefore(old, place); else place = place.nextElementSibling;
      for (var i = 1; i < row.cells.length; i++) {
        if (old.cells[i].innerHTML === row.cells[i].innerHTML) continue;
        if (old.cells[i].contains(document.activeElement)) continue;
        old.cells[i].replaceWith(row.cells[i].cloneNode(true));
      }
    });
    while (place) { var gone = place; place = place.nextElementSibling; gone.remove(); }
  }

  function settle() {
    times(document);
    selection();
    wrong();
    var at = document.querySelector('[data-live]');
    version = at && at.dataset.version;
    listen();
    document.dispatchEvent(new CustomEvent('cellar:fresh'));
  }
  document.addEventListener('htmx:afterSettle', function (e) { if (e.detail.target && e.detail.target.id === 'list' || e.target.id === 'list') settle(); });
  document.addEventListener('visibilitychange', listen);
  window.addEventListener('pageshow', function (e) { if (e.persisted) settle(); });
  document.querySelectorAll('[data-origin]').forEach(function (o) { o.textContent = location.origin; });
  settle();
})();
