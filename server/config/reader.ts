// Reads the environment one variable at a time and collects what is wrong with it, so that an operator learns everything
// at once. What is collected never holds a value that might be secret.

/** Variables whose value is a secret or holds one: each may also be given as NAME_FILE, a file's path. */
export const SECRET_NAMES = ['DATABASE_URL', 'REDIS_URL', 'SESSION_KEYS', 'WECHAT_APPS', 'SERVICE_KEYS'] as const
export type SecretName = (typeof SECRET_NAMES)[number]

export const PLAIN_NAMES = [
  ...['NODE_ENV', 'PORT', 'HOST', 'PUBLIC_URL', 'TRUSTED_PROXIES', 'LOG_LEVEL'],
  ...['WECHAT_OPEN_URL', 'WECHAT_API_URL', 'WECHAT_POLL_URL', 'LOGIN_METHODS', 'RETURN_ORIGINS'],
  ...['SITE_NAME', 'SITE_LOGO_URL', 'SITE_AGREEMENT_URL', 'SITE_PRIVACY_URL', 'SITE_ICP'],
  ...['SIMULATOR', 'SIMULATOR_PORT'],
] as const

export type Environment = Readonly<Record<string, string | undefined>>

export interface Reader {
  /** The trimmed value; undefined when absent or empty, as compose files leave what is not set. */
  text(name: string): string | undefined
  /** The same for a secret, from NAME or from the file in NAME_FILE. */
  secret(name: SecretName): string | undefined
  /** True when the operator has given this secret in either way, usable or not. */
  given(name: SecretName): boolean
  /** The parts between commas (in files also between lines), trimmed; null when there is no value. */
  list(text: string | undefined): string[] | null
  /** The text of a file, or null. @param path what the operator wrote */
  file(path: string): string | null
  /** Notes a problem: what is wrong, and what to write instead. */
  refuse(name: string, sentence: string): void
  /** One line a problem, in the order found. */
  readonly problems: readonly string[]
}

export function createReader(env: Environment, readFile: (path: string) => string): Reader {
  const problems: string[] = []
  const text = (name: string) => env[name]?.trim() || undefined
  const refuse = (name: string, sentence: string) => void problems.push(`${name}: ${sentence}`)
  const file = (path: string) => {
    try {
      return readFile(path).trim()
    } catch {
      return null
    }
  }

  return {
    text,
    refuse,
    file,
    problems,
    given: (name) => text(name) !== undefined || text(`${name}_FILE`) !== undefined,
    list: (value) =>
      value
        ?.split(/[,\n]/)
        .map((part) => part.trim())
        .filter((part) => part !== '') ?? null,
    secret(name) {
      const value = text(name)
      const path = text(`${name}_FILE`)
      if (path === undefined) return value
      if (value !== undefined) {
        refuse(name, `is set beside ${name}_FILE; keep one of the two`)
        return value
      }
      const content = file(path)
      // The path is not repeated: some write the secret itself there.
      if (content === null) refuse(`${name}_FILE`, 'cannot be read; write the path of a file that this user may read')
      if (content === '') refuse(`${name}_FILE`, `is an empty file; put the value of ${name} into it`)
      return content || undefined
    },
  }
}
