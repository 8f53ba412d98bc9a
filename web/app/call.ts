/** Composition of the call page. */
import { openCall } from '../client/mod'
import { CallPage } from './call/call-page'

const page = new CallPage()
page.call = openCall(location)
document.querySelector('[data-page]')?.append(page)
