// What ties the views to the world: a machine's state, the passing of time, the language.
import { useEffect, useState } from 'preact/hooks'
import { browserLanguage, keepLanguage, type Language } from '../language.js'
import type { Machine } from '../machine.js'

/** The machine's present state; renders again at each change. */
export function useMachine<S, E>(machine: Machine<S, E>): S {
  const [state, setState] = useState(machine.state())
  useEffect(() => {
    setState(machine.state())
    return machine.subscribe(() => setState(machine.state()))
  }, [machine])
  return state
}

/** Monotonic milliseconds, renewed twice a second, or as often as is asked. */
export function useNow(everyMs = 500): number {
  const [now, setNow] = useState(performance.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** What the visitor reads, and how they change it. `offered` limits it to what the site is in. */
export function useLanguage(offered?: readonly Language[]): [Language, (language: Language) => void] {
  const [wanted, setWanted] = useState(browserLanguage)
  const language = !offered || offered.includes(wanted) ? wanted : (offered[0] ?? wanted)
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  const choose = (next: Language): void => {
    keepLanguage(next)
    setWanted(next)
  }
  return [language, choose]
}
