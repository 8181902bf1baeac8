export { text as default } from "../../../bundle/main-WUE4GLO4.js";
