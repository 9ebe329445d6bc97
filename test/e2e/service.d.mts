export interface Service {
  readonly url: string
  readonly simulator: string
  stop(): Promise<void>
}
export declare function startService(more?: Record<string, string>): Promise<Service>
