import { mount } from 'svelte'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import { fontReady } from './state/fonts.ts'
import { keepTime } from './state/page-clock.ts'
import { theme } from './state/theme.svelte.ts'
import App from './views/App.svelte'

theme.apply()
keepTime()

const target = document.getElementById('app')
if (target === null) throw new Error('The page has no #app.')
await fontReady()
mount(App, { target })
