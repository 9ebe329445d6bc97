// The page for what WeChat answers with a page of its own and never with a redirect: a code and a sentence.

import { render } from 'preact'
import type { ErrorData } from '../../page-data.js'
import { Icon } from '../parts/icons.js'
import { defineTexts, useDocument, useLanguage } from '../parts/language.js'
import { Screen } from '../parts/phone-frame.js'
import { readSimData } from '../parts/sim-data.js'
import '../parts/base.css'

const texts = defineTexts(
  { title: '抱歉，出错了', code: '错误码' },
  { title: 'Sorry, that did not work', code: 'Code' },
)

function ErrorPage({ data }: { readonly data: ErrorData }) {
  const [language, setLanguage] = useLanguage()
  const t = texts[language]
  useDocument(language, t.title)
  return (
    <Screen language={language} onLanguage={setLanguage}>
      <main class="notice">
        <span class="notice-icon bad">
          <Icon name="alert" />
        </span>
        <h1>{t.title}</h1>
        <p>{data[language]}</p>
        {data.code === '' ? null : (
          <p class="notice-code">
            {t.code} <code>{data.code}</code>
          </p>
        )}
      </main>
    </Screen>
  )
}

render(<ErrorPage data={readSimData('error')} />, document.getElementById('app') ?? document.body)
