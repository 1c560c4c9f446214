/* What has to happen before the first module and the first paint. */

// Zod would try whether it may make functions from text, which the page's policy refuses and logs.
globalThis['__zod_globalConfig'] = { jitless: true }

;(function () {
  var system = window.matchMedia('(prefers-color-scheme: dark)')
  function apply() {
    var chosen = null
    try {
      chosen = localStorage.getItem('kindred.theme')
    } catch {
      // Storage may be blocked; the system's choice is used.
    }
    var dark = chosen === 'dark' || (chosen !== 'light' && system.matches)
    document.documentElement.classList.toggle('dark', dark)
  }
  apply() // now, so that a dark page never flashes white
  system.addEventListener('change', apply)
})()
