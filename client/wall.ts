import { mount } from 'svelte'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/wall.css'
import { fontReady } from './state/fonts.ts'
import { keepTime } from './state/page-clock.ts'
import Wall from './views/wall/Wall.svelte'

document.documentElement.dataset.theme = 'wall'
keepTime()

const target = document.getElementById('wall')
if (target === null) throw new Error('The page has no #wall.')
await fontReady()
mount(Wall, { target })
