// The two WeChat pages a browser is sent to. WeChat matches authorize links with a strict regular expression, so the
// order of the parameters is part of the contract and is written out here, never left to a builder that may sort.
import type { Platform } from '#server/core/ports.js'

type Page = readonly (readonly [name: string, value: string])[]

/** `base` has no trailing slash. The fragment is what makes the phone's WeChat treat the page as its own. */
function pageUrl(base: string, path: string, parameters: Page): string {
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  return `${base}${path}?${query}#wechat_redirect`
}

/** WeChat's own code page for a PC: see `Platform.qrconnectUrl`. WeChat's page is Chinese unless English is asked for. */
export function qrconnectUrl(openUrl: string, ...[app, options]: Parameters<Platform['qrconnectUrl']>): string {
  return pageUrl(openUrl, '/connect/qrconnect', [
    ['appid', app.appid],
    ['redirect_uri', options.redirectUri],
    ['response_type', 'code'],
    ['scope', 'snsapi_login'],
    ['state', options.state],
    ...(options.embed
      ? ([
          ['login_type', 'jssdk'],
          ['self_redirect', 'true'],
        ] as const)
      : []),
    ...(options.language === 'en' ? ([['lang', 'en']] as const) : []),
  ])
}

/**
 * The page inside WeChat: see `Platform.authorizeUrl`. `connect_redirect=1` skips WeChat's hop to itself, which
 * otherwise may call us back twice with one state and two different codes.
 */
export function authorizeUrl(openUrl: string, ...[app, options]: Parameters<Platform['authorizeUrl']>): string {
  return pageUrl(openUrl, '/connect/oauth2/authorize', [
    ['appid', app.appid],
    ['redirect_uri', options.redirectUri],
    ['response_type', 'code'],
    ['scope', options.scope],
    ['state', options.state],
    ...(options.forcePopup ? ([['forcePopup', 'true']] as const) : []),
    ['connect_redirect', '1'],
  ])
}
