/** How hard a password is to guess. The dictionaries are large and come when one is typed. */

export interface Strength {
  score: number // 0 (guessed at once) … 4 (out of reach)
  crackTime: string
}

export const ENOUGH = 2

type Judge = (password: string, own: string[]) => Strength

let loading: Promise<Judge> | undefined

async function load(): Promise<Judge> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ])
  const zxcvbn = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
  })
  return (password, own) => {
    // What follows hardly changes the result, but takes time.
    const result = zxcvbn.check(password.slice(0, 100), own)
    return {
      score: result.score,
      crackTime: String(result.crackTimes.offlineSlowHashingXPerSecond.display),
    }
  }
}

/** `own` are the words that an attacker would try first: name, business, e-mail. */
export async function judgePassword(password: string, own: string[]): Promise<Strength> {
  loading ??= load()
  return (await loading)(password, own.filter(Boolean))
}
