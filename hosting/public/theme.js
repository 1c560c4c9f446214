;(function () {
  var chosen = null
  try {
    chosen = localStorage.getItem('kindred.theme')
  } catch {
    // Storage may be blocked; the system's choice is used.
  }
  var dark =
    chosen === 'dark' ||
    (chosen !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', dark)
})()
