export { turns as default } from "../../../bundle/main-3TWDTPBW.js";
