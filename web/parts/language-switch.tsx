// The other language, one press away, named in itself.
import type { Language } from '../language.js'

export function LanguageSwitch({ language, choose }: { language: Language; choose: (language: Language) => void }) {
  const other = language === 'zh' ? 'en' : 'zh'
  return (
    <button type="button" class="plain small" lang={other} onClick={() => choose(other)}>
      {other === 'zh' ? '简体中文' : 'English'}
    </button>
  )
}
