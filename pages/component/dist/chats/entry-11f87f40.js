export { chats as default } from "../../../bundle/main-THYUQZUC.js";
