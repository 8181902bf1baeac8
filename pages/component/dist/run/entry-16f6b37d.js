export { run as default } from "../../../bundle/main-5XEJRC4B.js";
