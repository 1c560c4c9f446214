// Kindred, Apache-2.0: a customer's own price in a shop's page. See ../README.md.
// No key is in the page: the shop's own server asks. Whatever fails: the price in the markup.
(() => {
  const doc = document
  const url = doc.currentScript?.dataset.url
  const isAmount = (text) => typeof text === 'string' && /^\d{1,12}(\.\d{1,4})?$/.test(text)

  const format = (price, currency) => {
    const digits = (price.split('.')[1] || '').length
    const options = { style: 'currency', currency, minimumFractionDigits: digits }
    return new Intl.NumberFormat(doc.documentElement.lang || undefined, options).format(price)
  }

  const make = (tag, className, textContent) =>
    Object.assign(doc.createElement(tag), { className, textContent })

  const show = (element, quote) => {
    const { price, reference_price: old, currency, disclosure } = quote
    const left = Date.parse(quote.valid_until) - Date.now()
    if (!isAmount(price) || !(left > 0)) return
    if (disclosure && typeof disclosure.text !== 'string') return
    const before = element.textContent
    const after = format(price, currency)
    const added = []
    if (isAmount(old) && +old > +price) {
      added.push(make('del', 'kindred-reference', format(old, currency)))
      element.before(added[0], ' ')
    }
    if (disclosure) {
      const note = make('small', 'kindred-disclosure', disclosure.text)
      added.push(note)
      element.after(' ', note)
    }
    element.textContent = after
    // Where a page is open longer than that.
    const end = () => {
      element.textContent = before
      for (const one of added) one.remove()
    }
    setTimeout(end, Math.min(left, 2e9))
  }

  // An odd quote: the price in the markup stays.
  const tryTo = (work) => {
    try {
      work()
    } catch {}
  }

  const run = async () => {
    const wanted = new Map()
    for (const element of doc.querySelectorAll('[data-kindred-product]')) {
      const { kindredProduct: id, kindredQuote: given, kindredSeen: seen } = element.dataset
      element.dataset.kindredSeen = 'yes'
      if (seen) continue
      if (given) tryTo(() => show(element, JSON.parse(given)))
      else if (wanted.size < 100 || wanted.has(id)) {
        wanted.set(id, [...(wanted.get(id) || []), element])
      }
    }
    if (!url || !wanted.size || new URL(url, location).origin !== location.origin) return
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ product_ids: [...wanted.keys()] }),
      credentials: 'same-origin',
      redirect: 'error',
      signal: AbortSignal.timeout(3000),
    })
    if (!answer.ok) return
    for (const quote of (await answer.json()).quotes) {
      for (const element of wanted.get(quote.product_id) || []) tryTo(() => show(element, quote))
    }
  }

  const start = () => run().catch(() => {})
  if (doc.readyState === 'loading') doc.addEventListener('DOMContentLoaded', start)
  else start()
})()
