export { chats as default } from "../../../bundle/main-XBYIEMKO.js";
