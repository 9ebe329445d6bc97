// The first operator: the program tells the one-time code where only whoever runs it looks, and whoever runs it can have another.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPc, type Pc } from '../world/pc.js'
import { type Program, prepareProgram } from '../world/program.js'
import { controlSimulator } from '../world/simulator.js'

const OPERATOR = fileURLToPath(new URL('../../dist/server/operator.js', import.meta.url))
const CODE = /[2-9A-HJ-NP-Z]{5}(-[2-9A-HJ-NP-Z]{5}){3}/

describe.skipIf(!existsSync(OPERATOR))('the first operator (skipped until `npm run build` has run)', () => {
  let program: Program
  beforeAll(async () => {
    program = await prepareProgram()
    await program.start()
  })
  afterAll(() => program.dispose())

  const toldCode = async () => {
    await expect.poll(() => program.output()).toMatch(CODE)
    return CODE.exec(program.output())?.[0] ?? ''
  }
  async function signedIn(person: string): Promise<Pc> {
    const pc = createPc(program)
    const begun = await pc.begin('website')
    const wechat = controlSimulator(`http://127.0.0.1:${program.simulatorPort}`)
    await pc.arriveInFrame(await wechat.websiteScan(begun, person))
    await pc.signIn(begun.ticket.id)
    return pc
  }
  const claim = ({ browser }: Pc, code: string) => browser.post('/api/admin/claim', { code })
  async function operator(...args: string[]): Promise<string> {
    const env = { PATH: process.env.PATH ?? '', DATABASE_URL: `sqlite:${program.file}` }
    const child = spawn(process.execPath, [OPERATOR, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' })
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    await new Promise((resolve) => child.once('close', resolve))
    return out
  }

  test('is whoever logs in and enters the code that the program told at its start; the next start tells none', async () => {
    const first = await toldCode()
    expect(program.output()).toContain(`${program.publicUrl}/login?returnTo=/admin`)
    await program.kill('SIGTERM')
    await program.start()
    const second = await toldCode()
    expect(second).not.toBe(first)
    const pc = await signedIn('alice')
    expect((await claim(pc, first)).status).toBe(204)
    expect((await pc.browser.get('/api/admin/operators')).status).toBe(200)
    expect((await claim(await signedIn('bob'), second)).status).toBe(404)
    await program.kill('SIGTERM')
    await program.start()
    await expect.poll(() => program.output()).toContain('/phone')
    expect((await pc.browser.get('/api/admin/operators')).status).toBe(200)
    expect(program.output()).not.toMatch(CODE)
  })

  test('can be joined by another, by a code of the command line; and one can be taken away and given there', async () => {
    const { code } = JSON.parse(await operator('operator-code', '--yes', '--json'))
    const bob = await signedIn('bob')
    const id = (await bob.me()).account.id
    // The running service hears of another program's writing within a moment.
    await expect.poll(async () => (await claim(bob, code)).status).toBe(204)
    expect(JSON.parse(await operator('operators', '--json'))).toMatchObject([{}, { accountId: id, grantedBy: null }])
    await operator('revoke', id, '--yes')
    await expect.poll(async () => (await bob.browser.get('/api/admin/me')).status).toBe(404)
    await operator('grant', id, '--yes')
    await expect.poll(async () => (await bob.browser.get('/api/admin/me')).status).toBe(200)
    expect(await operator('history', id)).toMatch(/operator_granted[\s\S]*operator_revoked[\s\S]*operator_granted/)
  })

  test('is asked for again where none of the operators can log in any more', async () => {
    await operator('grant', (await (await signedIn('plain')).me()).account.id, '--yes')
    const operators: { accountId: string }[] = JSON.parse(await operator('operators', '--json'))
    expect(operators).not.toEqual([])
    for (const { accountId } of operators) await operator('disable', accountId, '--yes')
    await program.kill('SIGTERM')
    await program.start()
    await toldCode()
  })
})
