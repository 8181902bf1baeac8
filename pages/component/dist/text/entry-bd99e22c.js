export { text as default } from "../../../bundle/main-BMACEQCS.js";
