/** Composition of the first page. */
import { createRoom, problemOf } from '../client/mod'
import { HomePage } from './home/home-page'

const page = new HomePage()
page.createRoom = createRoom
page.problemOf = problemOf
document.querySelector('[data-page]')?.append(page)
