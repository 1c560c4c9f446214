import { whatFailed } from '@/data/failure'
import { announce } from '@/ui/announce'

/** Do it, and say so; say what went wrong otherwise. */
export async function attempt(action: () => Promise<unknown>, done: string): Promise<boolean> {
  try {
    await action()
    announce(done)
    return true
  } catch (error) {
    const { message, hint } = whatFailed(error)
    announce(hint ? `${message} ${hint}` : message, 'bad')
    return false
  }
}
