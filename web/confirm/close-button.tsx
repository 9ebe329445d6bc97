// Inside WeChat a page can close its own window; elsewhere there is no such button.
interface WeixinBridge {
  call(name: 'closeWindow'): void
}

function bridge(): WeixinBridge | null {
  const found = (globalThis as { WeixinJSBridge?: WeixinBridge }).WeixinJSBridge
  return typeof found?.call === 'function' ? found : null
}

export function CloseButton({ label }: { label: string }) {
  if (!bridge()) return null
  return (
    <button type="button" class="weui-btn weui-btn_default" onClick={() => bridge()?.call('closeWindow')}>
      {label}
    </button>
  )
}
