export { text as default } from "../../../bundle/main-SJXR3ND3.js";
