export { text as default } from "../../../bundle/main-KBVQ7PIU.js";
