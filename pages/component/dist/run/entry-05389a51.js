export { run as default } from "../../../bundle/main-BUESC4GZ.js";
