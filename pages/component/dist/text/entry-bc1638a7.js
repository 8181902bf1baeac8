export { text as default } from "../../../bundle/main-3TWDTPBW.js";
