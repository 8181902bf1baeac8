export { turns as default } from "../../../bundle/main-5XEJRC4B.js";
