// The script that a site embeds to show the code in an iframe: the documented options, in words of our own.

/** The script of a simulator at `baseUrl`. Like the real one it puts its options into the address as they are. */
export function wxLoginScript(baseUrl: string): string {
  return `// WeChat simulator: new WxLogin({ id, appid, scope, redirect_uri, state, self_redirect, style, href, … })
(function (global) {
  'use strict'
  var page = ${JSON.stringify(`${baseUrl}/connect/qrconnect`)}

  function WxLogin(options) {
    var self = options.self_redirect
    var url = page +
      '?appid=' + options.appid +
      '&scope=' + options.scope +
      '&redirect_uri=' + options.redirect_uri +
      '&state=' + options.state +
      '&login_type=jssdk' +
      '&self_redirect=' + (self === true ? 'true' : self === false ? 'false' : 'default') +
      '&styletype=' + (options.styletype || '') +
      '&sizetype=' + (options.sizetype || '') +
      '&bgcolor=' + (options.bgcolor || '') +
      '&rst=' + (options.rst || '') +
      '&ts=' + Date.now()
    var optional = ['style', 'href', 'stylelite', 'fast_login']
    optional.forEach(function (name) {
      if (options[name] !== undefined && options[name] !== '') url += '&' + name + '=' + options[name]
    })
    if (options.lang === 'en') url += '&lang=en'

    var frame = document.createElement('iframe')
    frame.src = url
    frame.width = '300px'
    frame.height = '400px'
    frame.setAttribute('frameborder', '0')
    frame.setAttribute('scrolling', 'no')
    frame.setAttribute('allowtransparency', 'true')
    var box = document.getElementById(options.id)
    box.textContent = ''
    box.appendChild(frame)
    if (typeof options.onReady === 'function') frame.onload = function () { options.onReady(true) }
  }

  global.WxLogin = WxLogin
})(window)
`
}
