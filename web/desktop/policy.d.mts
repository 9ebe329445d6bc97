export declare const WINDOW: { width: number; height: number; minWidth: number; minHeight: number }
export declare const PAGE: Readonly<Record<string, boolean>>
export declare function whereTo(address: string, home: string): 'here' | 'browser' | 'nowhere'
export declare function readCommand(given: readonly string[]): { home: string; flags: string[] }
