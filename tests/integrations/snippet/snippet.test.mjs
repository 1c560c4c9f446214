// What shoppers see of the snippet: run by tests/integrations/test_snippet.py, or `node --test` here.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'

const root = new URL('../../../', import.meta.url)
const { JSDOM } = createRequire(new URL('hosting/', root))('jsdom')
const source = readFileSync(new URL('integrations/snippet/kindred-price.js', root), 'utf8')

const hour = 3600_000
const quote = (more = {}) => ({
  product_id: 'p1',
  price: '14.99',
  currency: 'EUR',
  reference_price: null,
  valid_until: new Date(Date.now() + hour).toISOString(),
  disclosure: null,
  ...more,
})
const price = '<span data-kindred-product="p1">€20.00</span>'

/** A page after the snippet has done what it does; `answer` is what the shop's server says. */
async function page(body, answer, { url = '/prices', lang = 'en' } = {}) {
  const script = `<script src="x.js" data-url="${url}"></script>`
  const dom = new JSDOM(`<html lang="${lang}"><body>${body}${script}</body></html>`, {
    url: 'https://shop.example/',
    runScripts: 'outside-only',
  })
  const { window } = dom
  const asked = []
  const timers = []
  window.fetch = async (address, options) => {
    asked.push([address, options])
    return answer(JSON.parse(options.body))
  }
  window.AbortSignal.timeout = () => undefined
  window.setTimeout = (work, wait) => timers.push([work, wait])
  const current = window.document.querySelector('script')
  Object.defineProperty(window.document, 'currentScript', { value: current, configurable: true })
  window.eval(source)
  const again = () => window.eval(source)
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  const text = () => window.document.body.textContent.trim().replace(/\s+/g, ' ')
  return { window, asked, timers, text, again }
}
const says = (...quotes) => async () => ({ ok: true, json: async () => ({ quotes }) })

test('it has at most 3 kB, no dependency, and writes text alone', () => {
  assert.ok(Buffer.byteLength(source) <= 3000, `${Buffer.byteLength(source)} bytes`)
  assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|import |kk_/)
})

test('a price is asked of the shop itself, once for all products, and shown', async () => {
  const shown = await page(`${price} ${price} <b data-kindred-product="p2">€5</b>`, says(quote()))
  assert.equal(shown.text(), '€14.99 €14.99 €5')
  assert.equal(shown.asked.length, 1)
  const [address, options] = shown.asked[0]
  assert.equal(address, '/prices')
  assert.equal(options.credentials, 'same-origin')
  assert.equal(options.redirect, 'error')
  assert.deepEqual(JSON.parse(options.body), { product_ids: ['p1', 'p2'] })
})

test('what the server has put into the page is shown without asking', async () => {
  const given = JSON.stringify(quote()).replaceAll('"', '&quot;')
  const markup = `<span data-kindred-product="p1" data-kindred-quote="${given}">€20.00</span>`
  const shown = await page(markup, says())
  assert.equal(shown.text(), '€14.99')
  assert.equal(shown.asked.length, 0)
})

test('what has to be told stands next to the price, as text', async () => {
  const text = 'SET BY <img src=x onerror=alert(1)> DATA'
  const shown = await page(price, says(quote({ disclosure: { text } })))
  assert.equal(shown.text(), `€14.99 ${text}`)
  const note = shown.window.document.querySelector('small.kindred-disclosure')
  assert.equal(note.previousElementSibling.textContent, '€14.99')
  assert.equal(shown.window.document.querySelector('img'), null)
})

test('without what has to be told there is no price of one’s own', async () => {
  for (const disclosure of [{}, { text: null }, { text: 7 }, 'text']) {
    assert.equal((await page(price, says(quote({ disclosure })))).text(), '€20.00')
  }
})

test('only a higher reference price is struck through', async () => {
  assert.equal((await page(price, says(quote({ reference_price: '19.00' })))).text(), '€19.00 €14.99')
  for (const reference_price of ['14.99', '10.00', 'x', null, 30]) {
    assert.equal((await page(price, says(quote({ reference_price })))).text(), '€14.99')
  }
})

test('money is written as the page’s language and the currency have it', async () => {
  const german = await page(price, says(quote()), { lang: 'de' })
  assert.equal(german.text(), '14,99 €')
  const yen = await page(price, says(quote({ price: '1500', currency: 'JPY' })))
  assert.equal(yen.text(), '¥1,500')
  const free = await page(price, says(quote({ price: '0.00' })))
  assert.equal(free.text(), '€0.00')
})

test('a price that has ended is not shown, and one that ends goes', async () => {
  const ended = quote({ valid_until: new Date(Date.now() - 1).toISOString() })
  assert.equal((await page(price, says(ended))).text(), '€20.00')
  const shown = await page(price, says(quote({ disclosure: { text: 'D' }, reference_price: '19.00' })))
  assert.equal(shown.timers.length, 1)
  const [end, wait] = shown.timers[0]
  assert.ok(wait > hour - 60_000 && wait <= hour)
  end()
  assert.equal(shown.text(), '€20.00')
})

test('whatever is wrong with a quote, the price in the markup stays', async () => {
  const odd = [
    ...[null, '', '-1', '1e3', '14,99', ' 14.99', '14.99\n', 14.99, ['14.99'], {}, true].map((one) => ({
      price: one,
    })),
    ...['', null, 'soon', {}].map((one) => ({ valid_until: one })),
    ...['', 'EURO', null, '<b>'].map((one) => ({ currency: one })),
    { product_id: 'p2' },
  ]
  for (const more of odd) {
    const { text } = await page(price, says(quote(more)))
    assert.equal(text(), '€20.00', JSON.stringify(more))
  }
  for (const rest of [[null], [7], ['x']]) {
    const { text } = await page(price, says(quote(), ...rest))
    assert.equal(text(), '€14.99')
  }
})

test('whatever the server does, the price in the markup stays', async () => {
  const answers = [
    async () => ({ ok: false, json: async () => ({ quotes: [quote()] }) }),
    async () => ({ ok: true, json: async () => { throw new SyntaxError() } }),
    async () => ({ ok: true, json: async () => ({}) }),
    async () => ({ ok: true, json: async () => null }),
    async () => { throw new TypeError('offline') },
    async () => new Promise(() => {}),
  ]
  for (const answer of answers) assert.equal((await page(price, answer)).text(), '€20.00')
})

test('nothing is sent to another place than the shop', async () => {
  for (const url of ['https://evil.example/prices', '//evil.example/prices', 'javascript:alert(1)', '']) {
    const shown = await page(price, says(quote()), { url })
    assert.equal(shown.asked.length, 0, url)
    assert.equal(shown.text(), '€20.00')
  }
})

test('a page without products asks nothing, and one with many for a hundred', async () => {
  assert.equal((await page('<p>Hello</p>', says())).asked.length, 0)
  const many = Array.from({ length: 150 }, (_, n) => `<i data-kindred-product="q${n}">1</i>`).join('')
  const shown = await page(many, says())
  assert.equal(JSON.parse(shown.asked[0][1].body).product_ids.length, 100)
})

test('run twice it does nothing more', async () => {
  const shown = await page(price, says(quote({ disclosure: { text: 'D' } })))
  shown.again()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(shown.text(), '€14.99 D')
  assert.equal(shown.asked.length, 1)
})
