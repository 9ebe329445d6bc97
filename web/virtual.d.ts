// Made by web/weui.ts.
declare module 'virtual:weui.css'
