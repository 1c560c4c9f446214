/** For whom a shop is being connected, while the browser is at the shop's own page. */
const KEY = 'kindred.connecting'

export function rememberOwner(owner: string): void {
  sessionStorage.setItem(KEY, owner)
}

export function rememberedOwner(): string | null {
  return sessionStorage.getItem(KEY)
}
