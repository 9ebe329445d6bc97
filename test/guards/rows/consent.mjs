// The site's agreement: what keeps out whoever has not agreed to it.
const TEST = 'test/flow/consent.test.ts'
const RACES = 'test/core/login/consent-races.test.ts'

export const consent = [
  {
    guard: 'no redeem without the consent',
    remove: [
      [
        'server/core/login/redeem.ts',
        'if (lacksConsent(asked)) throw',
        'if (lacksConsent(asked) && record.version < 0) throw',
      ],
    ],
    test: TEST,
    name: 'ticked there is no session, and the ticket waits',
    each: 'website with nothing ticked',
  },
  {
    guard: 'no confirmation on the phone without the consent',
    remove: [
      [
        'server/core/login/confirm.ts',
        "if (lacksConsent(asked)) return stands('consent_required')",
        "if (lacksConsent(asked) && now < 0) return stands('consent_required')",
      ],
    ],
    test: TEST,
    name: 'the phone asks, before anybody is made: without the tick nothing happens, and no try is lost',
  },
  {
    guard: 'no native login without the consent',
    remove: [
      [
        'server/core/login/app-login.ts',
        'if (lacksConsent({ due, given: input.consent })) throw',
        'if (lacksConsent({ due, given: input.consent }) && input.code === "") throw',
      ],
      [
        'server/core/login/app-login.ts',
        'if (lacksConsent(asked)) throw',
        'if (lacksConsent(asked) && input.code === "") throw',
      ],
    ],
    test: TEST,
    name: 'without the consent it makes neither session nor account; with it both',
    each: 'a native login (app)',
  },
  {
    guard: 'a redeem that began before the confirmation needs the consent',
    remove: [
      [
        'server/core/login/redeem.ts',
        'stored.accountId === null ? context.agreementVersion',
        'stored.accountId === null ? null',
      ],
    ],
    test: RACES,
    name: 'attack: a redeem that was under way before the phone confirmed signs nobody in who has not agreed',
  },
  {
    guard: 'who is made anew has agreed to nothing',
    remove: [['server/core/login/app-login.ts', 'due: isNew ? context.agreementVersion : due', 'due']],
    test: RACES,
    name: 'whose account was deleted during a login',
    each: 'whose account was deleted during a login without the consent is somebody new, and asked like them',
  },
  {
    guard: 'another version is none',
    remove: [['server/core/account/consent.ts', 'given !== due', 'given === undefined']],
    test: TEST,
    name: 'ticked there is no session, and the ticket waits',
    each: 'website with another version ticked',
  },
  {
    guard: 'a consent counts for its version alone',
    remove: [['server/db/consents.ts', 'WHERE version = $version AND', 'WHERE $version = $version AND']],
    test: TEST,
    name: 'another version is asked for anew, and both are kept',
  },
  {
    guard: 'with the account its consents go',
    remove: [['server/core/account/erase.ts', '  await tx.consents.drop(family)\n', '']],
    test: TEST,
    name: 'people take their consents along, and with the account they are gone',
  },
  {
    guard: 'what somebody else agreed to in this browser is not sent',
    remove: [
      [
        'web/login/redeem.ts',
        'api.redeem(ticket.id, attempt, state.ticked, signal)',
        'api.redeem(ticket.id, attempt, agreements.load(), signal)',
      ],
    ],
    test: 'test/web/login-consent.test.ts',
    name: 'is asked even where somebody else has agreed in this browser: that is not sent',
  },
  {
    guard: 'no confirm button without the tick',
    remove: [['web/confirm/state.ts', '(agreed || consent === null)', '(agreed || consent !== undefined)']],
    test: 'test/web/confirm.test.ts',
    name: 'without the tick nothing is sent; with it the version that stood beside it',
  },
  {
    guard: 'no account goes in a temper',
    remove: [['web/account/state.ts', 'state.erasing && state.cooled && !state.busy', 'state.erasing && !state.busy']],
    test: 'test/web/account.test.ts',
    name: 'is not done in a temper: only once the time to think is over',
  },
].map((row) => ({ bar: 'consent', ...row }))
