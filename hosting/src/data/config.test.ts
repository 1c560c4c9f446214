import { expect, it } from 'vitest'

import { emulatorConfig, splitHost } from '@/data/config'

it('takes the emulators’ addresses from the launcher', () => {
  const config = emulatorConfig(
    { project_id: 'demo-x', hosts: { auth: '127.0.0.1:19099' }, demo: { email: 'a', password: 'b' } },
    'localhost',
  )
  expect(config.emulators?.auth).toBe('127.0.0.1:19099')
  expect(config.emulators?.firestore).toBe('localhost:8080')
  expect(config.firebase.storageBucket).toBe('demo-x.appspot.com')
  expect(config.demo).toEqual({ email: 'a', password: 'b' })
})

it('falls back to the usual ports on what isn’t a configuration', () => {
  const config = emulatorConfig({ hosts: { auth: 'http://evil.example/x' } }, 'localhost')
  expect(config.emulators?.auth).toBe('localhost:9099')
  expect(config.demo).toBeNull()
})

it('splits host and port', () => {
  expect(splitHost('127.0.0.1:5001')).toEqual(['127.0.0.1', 5001])
})
