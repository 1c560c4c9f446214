import { text } from '@/features/sources/shops/text'
import type { Way } from '@/features/sources/shops/platforms'
import { Field, Input } from '@/ui/field'

/** The fields of one way to sign in. Secrets are never filled in by a browser, nor kept by it. */
export function CredentialFields({ way, missing }: { way: Way; missing: readonly string[] }) {
  return way.fields.map(({ name, secret, optional }) => (
    <Field
      key={`${way.name}-${name}`}
      label={text.fields[name] ?? name}
      hint={optional ? text.form.optional : undefined}
      error={missing.includes(name) ? text.form.missing : undefined}
    >
      {(control) => (
        <Input
          {...control}
          name={name}
          type={secret ? 'password' : 'text'}
          autoComplete={secret ? 'new-password' : 'off'}
          spellCheck={false}
          maxLength={2000}
          className="font-mono text-[13px]"
        />
      )}
    </Field>
  ))
}
