// The colours that the reader chose, before the page is drawn: '' (as the
// system has them), 'light' or 'dark'.
(function () {
  'use strict';
  var kept = '';
  try { kept = localStorage.getItem('cellar-scheme') || ''; } catch (e) { /* no storage: the system's */ }
  if (kept) document.documentElement.dataset.scheme = kept;
})();
